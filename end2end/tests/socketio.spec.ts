import { expect, test } from "../fixtures";
import { ChatPage } from "../pages/chat";
import { Listener, tokenOf } from "../socketio";

/** A channel of the demo with everybody but the admin in it. */
const CHANNEL = "제품-기획";

const TRANSPORTS = { "WebSocket alone": ["websocket"], "polling first": ["polling", "websocket"], "polling alone": ["polling"] };

for (const [name, transports] of Object.entries(TRANSPORTS)) {
  test(`the stream chat's client sends, receives and sees who comes: ${name}`, async ({ server, sessions }) => {
    const [hers, his] = [await tokenOf(sessions, "minji"), await tokenOf(sessions, "junho")];
    const minji = Listener.connect(server.url, hers, { transports });
    await minji.heard("unreadNotificationCount");
    // What the document sends: others learn who it really is.
    const user = { userId: "1", nickname: "누군가", avatarUrl: "" };
    minji.socket.emit("join-room", { streamId: CHANNEL, user });
    const history = await minji.heard("message-history");
    expect(history.length).toBeGreaterThanOrEqual(4);
    // In order; of those that other tests have deleted there is nothing.
    const numbers: number[] = history.map(({ seq }: { seq: number }) => seq);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));

    const junho = Listener.connect(server.url, his, { transports });
    junho.socket.emit("join-room", { streamId: CHANNEL, user });
    await junho.heard("message-history");
    expect((await minji.heard("user-joined")).user).toMatchObject({ userId: his.userId, nickname: "박준호" });

    for (const text of ["안녕하세요!", "안녕!"]) junho.socket.emit("send-message", { streamId: CHANNEL, message: text });
    for (const listener of [minji, junho]) {
      await listener.heard("new-message", 2);
      expect(listener.all("new-message").map(({ nickname, message }) => [nickname, message])).toEqual([
        ["박준호", "안녕하세요!"],
        ["박준호", "안녕!"],
      ]);
    }

    junho.socket.emit("leave-room", CHANNEL);
    expect((await minji.heard("user-left")).user.userId).toBe(his.userId);
    junho.socket.emit("send-message", { streamId: CHANNEL, message: "late" });
    expect((await junho.heard("error")).message).toBeTruthy();
    expect(minji.all("new-message")).toHaveLength(2);
    for (const listener of [minji, junho]) listener.close();
  });
}

test("the communication server's client chats, on two devices, and knows who is there", async ({ server, sessions }) => {
  const [hers, his] = [await tokenOf(sessions, "seoyeon"), await tokenOf(sessions, "doyun")];
  const seoyeon = Listener.connect(server.url, hers);
  await seoyeon.heard("unreadNotificationCount");
  seoyeon.socket.emit("joinChat", { chatRoomId: CHANNEL });
  const history = await seoyeon.heard("chatHistory");
  expect(history[0].seq).toBe(history[1].seq + 1);
  expect(history[0].senderId).toMatchObject({ _id: expect.any(String), name: expect.any(String), email: expect.any(String) });

  const devices = [Listener.connect(server.url, his), Listener.connect(server.url, his)];
  await expect.poll(() => seoyeon.all("userOnline").map(({ userId }) => userId)).toContain(his.userId);
  for (const device of devices) {
    device.socket.emit("joinChat", { chatRoomId: CHANNEL });
    await device.heard("chatHistory");
  }
  expect(await seoyeon.heard("userJoined")).toEqual({ userId: his.userId, chatRoomId: CHANNEL });

  const message = { chatRoomId: CHANNEL, message: "한 번만 도착합니다", clientMsgId: `once-${Date.now()}` };
  const receipts = await Promise.all(devices.map((device) => device.socket.emitWithAck("sendMessage", message)));
  expect(receipts[0]).toEqual({ ok: true, id: expect.any(String), seq: expect.any(Number) });
  expect(receipts[1]).toEqual(receipts[0]);
  for (const listener of [seoyeon, ...devices]) {
    const saved = await listener.heard("newMessage");
    expect(saved).toMatchObject({ _id: receipts[0].id, chatRoomId: CHANNEL, senderId: his.userId, message: message.message });
    expect(saved).toMatchObject({ messageType: "text", readBy: [], isDeleted: false });
  }
  devices[0]!.socket.emit("sendMessage", { chatRoomId: "no-such-room", message: "?" });
  expect((await devices[0]!.heard("error")).message).toBe("메시지 전송에 실패했습니다.");
  devices[1]!.socket.emit("joinAsAdmin");
  expect((await devices[1]!.heard("error")).message).toBe("관리자 권한이 없습니다.");
  for (const listener of [seoyeon, ...devices]) {
    expect(listener.all("newMessage")).toHaveLength(1);
    listener.close();
  }
});

test("what the documented clients send stands on Madang's page, and they hear what is written there", async ({
  server,
  sessions,
  visit,
}) => {
  const visitor = await visit("minji");
  const page = new ChatPage(visitor);
  await page.open(CHANNEL);
  const his = await tokenOf(sessions, "junho");
  const [stream, communication] = [Listener.connect(server.url, his), Listener.connect(server.url, his)];
  stream.socket.emit("join-room", { streamId: CHANNEL, user: {} });
  communication.socket.emit("joinChat", { chatRoomId: CHANNEL });
  await stream.heard("message-history");
  await communication.heard("chatHistory");

  const texts = ["stream", "communication", "page"].map((from) => `from the ${from} ${process.pid}-${Date.now()}`);
  stream.socket.emit("send-message", { streamId: CHANNEL, message: texts[0] });
  await expect(page.message(texts[0]!)).toContainText("박준호");
  communication.socket.emit("sendMessage", { chatRoomId: CHANNEL, message: texts[1] });
  await expect(page.message(texts[1]!)).toContainText(texts[1]!);
  await page.send(texts[2]!);
  const heard = (listener: Listener, event: string) => () => listener.all(event).map(({ message }) => message);
  await expect.poll(heard(stream, "new-message")).toEqual(texts);
  await expect.poll(heard(communication, "newMessage")).toEqual(texts);
  await expect(page.pending).toHaveCount(0);
  expect((await page.texts()).filter((text) => texts.includes(text))).toEqual(texts);
  for (const listener of [stream, communication]) listener.close();
});

test("an admin sees the senders, and rings somebody's bell", async ({ server, sessions }) => {
  const [boss, hers] = [await tokenOf(sessions, "admin"), await tokenOf(sessions, "minji")];
  const [admin, minji] = [Listener.connect(server.url, boss), Listener.connect(server.url, hers)];
  admin.socket.emit("joinAsAdmin");
  const senders = await admin.heard("allChatUsers");
  expect(senders[0]).toMatchObject({ _id: expect.any(String), lastMessage: expect.any(String), messageCount: expect.any(Number) });
  expect(senders.map((sender: any) => sender.userInfo.email)).toContain("minji@madang.test");

  const unread = await minji.heard("unreadNotificationCount");
  const answer = await fetch(`${server.url}/api/v1/notifications`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${boss.token}` },
    body: JSON.stringify({ userIds: [hers.userId], title: "알림", message: "곧 시작합니다" }),
  });
  expect(answer.status).toBe(201);
  const notification = await minji.heard("newNotification");
  expect(notification).toMatchObject({ userId: hers.userId, title: "알림", message: "곧 시작합니다", isRead: false });
  const read = await fetch(`${server.url}/api/v1/notifications/${notification._id}/read`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${hers.token}` },
  });
  expect(read.status).toBe(200);
  expect(await minji.heard("unreadNotificationCount", 2)).toBe(unread);
  for (const listener of [admin, minji]) listener.close();
});

test("whoever is not signed in is refused, and whoever signs out is shown out", async ({ server, sessions }) => {
  for (const auth of [{}, { token: "nonsense" }, { userId: "1" }]) {
    const nobody = Listener.connect(server.url, auth);
    const error = await new Promise<Error>((resolve) => nobody.socket.once("connect_error", resolve));
    expect(error.message).toBe("로그인이 필요합니다.");
    expect(nobody.told).toEqual([]);
    nobody.close();
  }
  const { token } = await tokenOf(sessions, "minji");
  const minji = Listener.connect(server.url, { token });
  await minji.heard("unreadNotificationCount");
  const reason = new Promise((resolve) => minji.socket.once("disconnect", resolve));
  await fetch(`${server.url}/api/v1/auth/logout`, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  expect(await reason).toBe("io server disconnect");
});

test("after a crash the client comes again by itself, and its history has what it missed", async ({ server, sessions }) => {
  const [hers, his] = [await tokenOf(sessions, "minji"), await tokenOf(sessions, "junho")];
  const minji = Listener.connect(server.url, hers);
  minji.socket.on("connect", () => minji.socket.emit("join-room", { streamId: CHANNEL, user: {} }));
  const before = (await minji.heard("message-history")).at(-1).seq;
  await server.kill();
  await server.restart();
  const junho = Listener.connect(server.url, his);
  junho.socket.emit("join-room", { streamId: CHANNEL, user: {} });
  await junho.heard("message-history");
  const receipt = await junho.socket.emitWithAck("send-message", { streamId: CHANNEL, message: "after the crash" });
  expect(receipt).toMatchObject({ ok: true, seq: before + 1 });
  await minji.heard("message-history", 2);
  const seen = [...minji.all("message-history")[1], ...minji.all("new-message")];
  await expect.poll(() => [...minji.all("message-history")[1], ...minji.all("new-message")].at(-1).message).toBe("after the crash");
  expect(new Set(seen.map((message) => message.id)).size).toBe(seen.length);
  for (const listener of [minji, junho]) listener.close();
});
