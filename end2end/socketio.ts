import { expect } from "@playwright/test";
import { io, type Socket } from "socket.io-client";
import { OFTEN_MS } from "./frames";
import type { Person } from "./people";
import type { Sessions } from "./sessions";

/** What the documented clients keep in `localStorage` of a person who is signed in. */
export async function tokenOf(sessions: Sessions, person: Person): Promise<{ token: string; userId: string }> {
  const { token, user } = await sessions.of(person, "stream chat");
  return { token, userId: user.id };
}

/** The client of npm, and everything that it has been told, in order. */
export class Listener {
  readonly told: { event: string; data: any }[] = [];

  private constructor(readonly socket: Socket) {
    socket.onAny((event, data) => this.told.push({ event, data }));
  }

  static connect(url: string, auth: object, options: object = {}): Listener {
    return new Listener(io(url, { auth, forceNew: true, reconnectionDelay: 100, ...options }));
  }

  /** The data of what it was told under a name so far. */
  all(event: string): any[] {
    return this.told.filter((one) => one.event === event).map((one) => one.data);
  }

  /** Waits until it was told so often under a name; gives the newest. */
  async heard(event: string, times = 1): Promise<any> {
    const often = { message: event, intervals: OFTEN_MS };
    await expect.poll(() => this.all(event).length, often).toBeGreaterThanOrEqual(times);
    return this.all(event)[times - 1];
  }

  close(): void {
    this.socket.disconnect();
  }
}
