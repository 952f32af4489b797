import { expect, type Page } from "@playwright/test";

export interface Frame {
  type: string;
  data: Record<string, unknown>;
  seq?: number;
  topic?: string;
  prev?: number;
}

/** To look at what is known here costs nothing, and every page that is opened waits for it. */
export const OFTEN_MS = [20];

/** Everything that a page's live connections have received, socket after socket, and what it has said. */
export class FrameLog {
  private readonly sockets: Frame[][] = [];
  private readonly said: Frame[] = [];

  constructor(page: Page) {
    page.on("websocket", (socket) => {
      if (new URL(socket.url()).pathname !== "/ws") return;
      const frames: Frame[] = [];
      this.sockets.push(frames);
      socket.on("framereceived", ({ payload }) => frames.push(JSON.parse(payload.toString())));
      socket.on("framesent", ({ payload }) => this.said.push(JSON.parse(payload.toString())));
    });
  }

  /** How often a connection was greeted. */
  get hellos(): number {
    return this.heard("hello");
  }

  /** The newest greeting. */
  get hello(): Frame["data"] {
    const newest = this.all.findLast((frame) => frame.type === "hello");
    if (!newest) throw new Error("no connection was greeted");
    return newest.data;
  }

  /** How often a frame of this kind was received. */
  heard(type: string): number {
    return this.all.filter((frame) => frame.type === type).length;
  }

  /** How often a frame of this kind was sent. */
  sent(type: string): number {
    return this.said.filter((frame) => frame.type === type).length;
  }

  /** Everything ever received, as text. */
  get text(): string {
    return JSON.stringify(this.all);
  }

  /** Everything ever received, a line for each frame and a rule between two connections. */
  get lines(): string[] {
    return this.sockets.flatMap((frames) => ["---", ...frames.map((frame) => JSON.stringify(frame))]);
  }

  /** The numbered events of the newest connection. */
  get events(): Frame[] {
    return (this.sockets.at(-1) ?? []).filter((frame) => frame.seq !== undefined);
  }

  /** Waits for a greeting after the first `before` ones. */
  async connected(before: number): Promise<void> {
    const often = { message: "a live connection", timeout: 20_000, intervals: OFTEN_MS };
    await expect.poll(() => this.hellos, often).toBeGreaterThan(before);
  }

  /** Fails unless the newest connection delivered its events in order, each topic without a gap. */
  assertInOrder(): void {
    const newest = new Map<string, number>();
    let last = 0;
    for (const { seq = 0, topic = "", prev = 0 } of this.events) {
      expect(seq).toBeGreaterThan(last);
      const before = newest.get(topic);
      if (before !== undefined) expect(prev, `the event before ${seq} on ${topic}`).toBe(before);
      newest.set(topic, seq);
      last = seq;
    }
  }

  private get all(): Frame[] {
    return this.sockets.flat();
  }
}
