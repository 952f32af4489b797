import { expect, test } from "../chats";
import { ChatPage } from "../pages/chat";
import { Listener, tokenOf } from "../socketio";
import { unique } from "../unique";

interface Envelope {
  type: string;
  room_id: number;
  user_id: number;
  seq?: number;
  data: Record<string, unknown>;
}

/** What the documented script of a page of the same origin has heard so far. */
type Script = Window & { envelopes: Envelope[]; socket: WebSocket; code?: number };

test("the chat API's own script runs on a page of ours, and hears what is said on every surface", async ({
  visit,
  chats,
  server,
  sessions,
}) => {
  const [minji, junho] = [await chats("minji"), await chats("junho")];
  const room = await junho.make({ name: unique("문서의 예제"), kind: "channel" }, [minji]);
  const [hers, his] = [await visit("minji"), await visit("junho")];
  const page = new ChatPage(his);
  await page.open(room.slug);
  await hers.goto("/my-reservations");
  const me = Number(minji.user.id);
  const ids = { room: Number(room.id), me, other: Number(junho.user.id) };

  // The socket as it is documented: by its address alone, with the cookie of the page.
  await hers.page.evaluate(({ room, me }) => {
    const script = window as unknown as Script;
    script.envelopes = [];
    script.socket = new WebSocket(`ws://${location.host}/ws/chat/${room}?user_id=${me}`);
    script.socket.onmessage = (event) => script.envelopes.push(JSON.parse(event.data));
    script.socket.onclose = ({ code }) => (script.code = code);
    return new Promise((opened, failed) => {
      script.socket.onopen = opened;
      script.socket.onerror = failed;
    });
  }, ids);
  const heard = async (type: string) => {
    const all = await hers.page.evaluate(() => (window as unknown as Script).envelopes);
    return all.filter((envelope) => envelope.type === type);
  };
  // A string without a Content-Type, as `fetch` sends it.
  const send = (path: string, body: object) =>
    hers.page.evaluate(
      async ([path, body]) => {
        const answer = await fetch(`/api/v1/chat/rooms/${path}`, { method: "POST", body });
        return { status: answer.status, body: await answer.json() };
      },
      [path, JSON.stringify(body)] as const,
    );

  const texts = ["스크립트", "페이지", "소켓"].map((from) => unique(`${from}에서`));
  const sent = await send(`${ids.room}/messages`, { user_id: me, message: texts[0] });
  expect(sent).toMatchObject({
    status: 200,
    body: { success: true, message: "Message sent successfully", data: { chat_room_id: ids.room, user_id: me, message: texts[0] } },
  });
  await expect(page.message(texts[0]!)).toBeVisible();
  await page.send(texts[1]!);
  const stream = Listener.connect(server.url, await tokenOf(sessions, "junho"));
  stream.socket.emit("join-room", { streamId: room.slug, user: {} });
  await stream.heard("message-history");
  await expect(page.pending).toHaveCount(0);
  stream.socket.emit("send-message", { streamId: room.slug, message: texts[2] });
  const messages = async () => (await heard("message")).map(({ data }) => data.message);
  await expect.poll(messages).toEqual(texts);
  const numbers = (await heard("message")).map(({ seq }) => seq!);
  expect(numbers).toEqual([numbers[0], numbers[0]! + 1, numbers[0]! + 2]);
  expect((await heard("message"))[2]).toMatchObject({ room_id: ids.room, user_id: ids.other });

  expect(await send(`${ids.room}/read`, { user_id: me })).toMatchObject({
    status: 200,
    body: { success: true, message: "Messages marked as read" },
  });
  await expect.poll(async () => (await heard("read")).at(-1)?.data.user_id).toBe(me);
  hers.tolerate(/\/messages: 403$/);
  expect(await send(`${ids.room}/messages`, { user_id: ids.other, message: "남의 이름으로" })).toMatchObject({
    status: 403,
    body: { success: false },
  });

  // Whoever is removed hears it, and then nothing more.
  await junho.remove(room, minji);
  await expect.poll(() => hers.page.evaluate(() => (window as unknown as Script).code)).toBe(4003);
  expect((await heard("member_leave")).at(-1)?.data).toEqual({ user_id: me });
  const later = unique("그 뒤에");
  await junho.say(room, later);
  await expect(page.message(later)).toBeVisible();
  expect(await messages()).toEqual(texts);
  stream.close();
});
