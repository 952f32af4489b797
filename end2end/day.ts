/** A calendar day of the organisation (Asia/Seoul, which has no clock changes), far enough ahead to be empty. */
export class Day {
  private constructor(readonly date: string) {}

  static ahead(days: number): Day {
    const seoul = new Date(Date.now() + (9 + days * 24) * 3_600_000);
    return new Day(seoul.toISOString().slice(0, 10));
  }

  /** The instant of a wall-clock time such as `10:30`. */
  at(time: string): string {
    return new Date(`${this.date}T${time}:00+09:00`).toISOString();
  }

  next(): Day {
    const noon = new Date(`${this.date}T12:00:00Z`);
    return new Day(new Date(noon.getTime() + 24 * 3_600_000).toISOString().slice(0, 10));
  }

  /** The address of its timeline. */
  get path(): string {
    return `/timeline?date=${this.date}`;
  }
}
