import { type APIRequestContext, expect } from "@playwright/test";
import type { Day } from "./day";
import type { Session } from "./sessions";

export interface Room {
  id: string;
  name: string;
  floor: string;
  capacity: number;
  version: number;
}

export interface Reservation {
  id: string;
  title: string;
  room: { id: string; name: string };
  startsAt: string;
  endsAt: string;
  status: string;
  /** Why it was rejected. */
  reason?: string | null;
  version: number;
}

export interface Announcement {
  id: string;
  title: string;
  message: string;
  version: number;
}

export interface Timer {
  id: string;
  status: string;
  endedAt?: string;
  endsAt?: string;
  /** Seconds. */
  elapsedTime: number;
  todoId?: string;
  /** When its owner was asked whether it is still meant. */
  askedAt?: string;
}

/** The documented HTTP API in the hands of one person: prepares what a test needs, and checks what it left. */
export class Api {
  readonly user: { id: string; name: string };
  /** The access token, for other doors. */
  readonly token: string;

  constructor(
    private readonly request: APIRequestContext,
    { user, token }: Session,
  ) {
    this.user = user;
    this.token = token;
  }

  /** Everybody in the organisation. */
  async people(): Promise<{ id: string; name: string }[]> {
    return (await this.call("get", "/api/v1/users", 200)).items;
  }

  async rooms(): Promise<Room[]> {
    return (await this.call("get", "/api/v1/rooms", 200)).items;
  }

  async room(name: string): Promise<Room> {
    const room = (await this.rooms()).find((room) => room.name === name);
    if (!room) throw new Error(`there is no room ${name}`);
    return room;
  }

  async createRoom(room: { name: string; floor?: string; capacity: number }): Promise<Room> {
    return this.call("post", "/api/v1/rooms", 201, room);
  }

  async changeRoom(room: Room, change: object): Promise<Room> {
    return this.call("patch", `/api/v1/rooms/${room.id}`, 200, { version: room.version, ...change });
  }

  async book(day: Day, roomName: string, from: string, to: string, title: string, more: object = {}): Promise<Reservation> {
    const { id: roomId } = await this.room(roomName);
    const booking = { roomId, title, startsAt: day.at(from), endsAt: day.at(to), ...more };
    return this.call("post", "/api/v1/reservations", 201, booking);
  }

  async change(booking: Reservation, change: object): Promise<Reservation> {
    return this.call("patch", `/api/v1/reservations/${booking.id}`, 200, { version: booking.version, ...change });
  }

  async reservation(id: string): Promise<Reservation> {
    return this.call("get", `/api/v1/reservations/${id}`, 200);
  }

  async cancel(booking: Reservation): Promise<void> {
    await this.call("post", `/api/v1/reservations/${booking.id}/cancel`, 200);
  }

  /** As an admin: cancels the meetings of the next hour that somebody is expected at, so that they are in none. */
  async cancelMeetingsOf(person: { id: string }): Promise<void> {
    const [now, soon] = [new Date(), new Date(Date.now() + 3_600_000)];
    const span = new URLSearchParams({ from: now.toISOString(), to: soon.toISOString() });
    const { items } = await this.call("get", `/api/v1/reservations?${span}`, 200);
    for (const { id, status, organizer, attendees } of items) {
      const isExpected = [organizer, ...attendees].some((expected) => expected.id === person.id);
      if (isExpected && ["approved", "pending"].includes(status)) {
        await this.call("post", `/api/v1/reservations/${id}/cancel`, 200);
      }
    }
  }

  /** By whose clock pages tell the time. */
  async tellTimesBy(timeZone: "organisation" | "device"): Promise<void> {
    await this.call("patch", "/api/v1/me/settings", 200, { timeZone });
  }

  async deleteNotifications(): Promise<void> {
    await this.call("delete", "/api/v1/notifications", 200);
  }

  /** Tells people something; gives its id. */
  async announce(announcement: object): Promise<string> {
    return (await this.call("post", "/api/v1/announcements", 201, announcement)).id;
  }

  /** Everything that was announced of late, as admins see it. */
  async announcements(): Promise<Announcement[]> {
    return (await this.call("get", "/api/v1/announcements?all=true", 200)).items;
  }

  /** Changes an announcement, whatever it is now. */
  async changeAnnouncement(id: string, change: object): Promise<void> {
    const now = (await this.announcements()).find((announcement) => announcement.id === id);
    await this.call("put", `/api/v1/announcements/${id}`, 200, { ...now, ...change });
  }

  async callOff(announcement: string): Promise<void> {
    await this.call("post", `/api/v1/announcements/${announcement}/cancel`, 200);
  }

  async reservations(day: Day): Promise<Reservation[]> {
    const span = new URLSearchParams({ from: day.at("00:00"), to: day.at("23:59") });
    return (await this.call("get", `/api/v1/reservations?${span}`, 200)).items;
  }

  /** Starts a timer. */
  async startTimer(timer: object): Promise<{ id: string; endsAt: string }> {
    return this.call("post", "/api/v1/timers", 201, timer);
  }

  async pauseTimer(id: string): Promise<void> {
    await this.call("post", `/api/v1/timers/${id}/pause`, 200, {});
  }

  async stopTimer(id: string): Promise<void> {
    await this.call("post", `/api/v1/timers/${id}/stop`, 200, {});
  }

  /** Those that run or are paused. */
  async timers(): Promise<{ id: string }[]> {
    return (await this.call("get", "/api/v1/timers", 200)).items;
  }

  async timer(id: string): Promise<Timer> {
    return this.call("get", `/api/v1/timers/${id}`, 200);
  }

  /** Makes a chat room, and gives its id. */
  async createChat(room: object): Promise<number> {
    return (await this.call("post", "/api/v1/chat/rooms", 200, room)).data.id;
  }

  async leaveChat(room: number): Promise<void> {
    await this.call("delete", `/api/v1/chat/rooms/${room}/members/${this.user.id}`, 200);
  }

  /** Writes to named people, as an admin. */
  async sendMessage(message: object): Promise<void> {
    await this.call("post", "/api/v1/notifications", 201, message);
  }

  /** Books a room for two instants. */
  async bookAt(roomName: string, from: Date, to: Date, title: string, more: object = {}): Promise<Reservation> {
    const { id: roomId } = await this.room(roomName);
    const booking = { roomId, title, startsAt: from.toISOString(), endsAt: to.toISOString(), ...more };
    return this.call("post", "/api/v1/reservations", 201, booking);
  }

  private async call(method: "get" | "post" | "put" | "patch" | "delete", path: string, status: number, data?: object) {
    const answer = await this.request[method](path, { headers: { Authorization: `Bearer ${this.token}` }, data });
    expect(answer.status(), `${method} ${path}: ${await answer.text()}`).toBe(status);
    return answer.json();
  }
}
