import { setTimeout as pause } from "node:timers/promises";
import { type APIRequestContext, expect } from "@playwright/test";
import { test as base, PEOPLE, type Person } from "./fixtures";
import type { Session } from "./sessions";

export interface ChatRoom {
  id: number;
  slug: string;
}

export interface Message {
  id: number;
  seq: number;
}

/** A room with a long history, and a thread near its beginning. */
export interface LongRoom extends ChatRoom {
  reply: Message;
}

/** The documented chat API in the hands of one person. */
export class Chats {
  readonly user: { id: string; name: string };
  private readonly headers: Record<string, string>;

  constructor(
    private readonly request: APIRequestContext,
    { user, token }: Session,
  ) {
    this.user = user;
    this.headers = { Authorization: `Bearer ${token}` };
  }

  /** Makes a room with others in it. */
  async make(room: { name: string; topic?: string; kind: "channel" | "private" } | Booked, members: Chats[] = []): Promise<ChatRoom> {
    return this.call("post", "/rooms", { ...room, memberIds: members.map(({ user }) => user.id) });
  }

  /** Writes into a room, or into a thread of it. */
  async say(room: { id: number }, message: string, thread_root?: number): Promise<Message> {
    return this.call("post", `/rooms/${room.id}/messages`, { message, thread_root });
  }

  /** Says where something lies that is no upload. */
  async link(room: { id: number }, file_url: string): Promise<Message> {
    return this.call("post", `/rooms/${room.id}/messages`, { message: "", message_type: "file", file_url });
  }

  /** What the newest messages of a room say, in order; what the room itself tells says nothing. */
  async texts(room: { id: number }): Promise<string[]> {
    const messages: { message: string; message_type: string }[] = await this.call("get", `/rooms/${room.id}/messages`);
    return messages.filter(({ message_type }) => message_type !== "system").map(({ message }) => message);
  }

  /** Changes what an own message says. */
  async edit(message: Message, text: string): Promise<void> {
    await this.call("patch", `/messages/${message.id}`, { message: text });
  }

  /** Deletes an own message. */
  async delete(message: Message): Promise<void> {
    await this.call("delete", `/messages/${message.id}`);
  }

  /** Changes what a room is called or what it is about. */
  async change(room: { id: number }, patch: { name?: string; topic?: string }): Promise<void> {
    await this.call("patch", `/rooms/${room.id}`, patch);
  }

  async add(room: { id: number }, who: Chats): Promise<void> {
    await this.call("post", `/rooms/${room.id}/members`, { user_id: Number(who.user.id) });
  }

  async remove(room: { id: number }, who: Chats): Promise<void> {
    await this.call("delete", `/rooms/${room.id}/members/${who.user.id}`);
  }

  /** How much of a room is unread. */
  async unread(room: { id: number }): Promise<number | undefined> {
    const rooms: { id: number; unread_count: number }[] = await this.call("get", "/rooms");
    return rooms.find(({ id }) => id === room.id)?.unread_count;
  }

  /** Told that it writes too much, it waits for as long as it is told. */
  private async call(method: "get" | "post" | "patch" | "delete", path: string, data?: object) {
    for (;;) {
      const answer = await this.request[method](`/api/v1/chat${path}`, { headers: this.headers, data });
      const body = await answer.json().catch(() => ({}));
      if (answer.ok()) return body.data;
      expect(answer.status(), `${method} ${path}: ${JSON.stringify(body)}`).toBe(429);
      await pause(body.error.retryAfterSecs * 1000);
    }
  }
}

/** The room of a booking. */
interface Booked {
  kind: "live";
  reservationId: string;
}

interface Fixtures {
  /** The chat API as a person. */
  chats: (person: Person) => Promise<Chats>;
}

export const test = base.extend<Fixtures>({
  chats: async ({ request, sessions }, use) =>
    use(async (person) => new Chats(request, await sessions.of(person, "api"))),
});

let long: Promise<LongRoom> | undefined;

/**
 * A channel of everybody's with 120 numbered messages, `메시지 1번` and so on: one for all tests of a
 * worker, none of which writes there. Together its people stay below the limit that one of them has.
 */
export function longRoom(chats: Fixtures["chats"]): Promise<LongRoom> {
  long ??= makeLongRoom(chats);
  return long;
}

async function makeLongRoom(chats: Fixtures["chats"]): Promise<LongRoom> {
  const people = await Promise.all((Object.keys(PEOPLE) as Person[]).map(chats));
  const [owner, other, ...others] = people as [Chats, Chats, ...Chats[]];
  const room = await owner.make({ name: `긴 방 ${process.pid}`, kind: "channel" }, [other, ...others]);
  const say = async (from: number, to: number) => {
    for (let n = from; n <= to; n += 1) await people[n % people.length]!.say(room, `메시지 ${n}번`);
  };
  await say(1, 15);
  const root = await owner.say(room, "스레드의 뿌리");
  const reply = await other.say(room, "스레드의 답글", root.id);
  await say(16, 120);
  return { ...room, reply };
}

export { expect, PHONE } from "./fixtures";
