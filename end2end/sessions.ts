import { type Browser, type Cookie, expect } from "@playwright/test";
import { PASSWORD, PEOPLE, type Person } from "./people";

/** A person who is signed in on a device of theirs. */
export interface Session {
  user: { id: string; name: string };
  /** For calls of the API. */
  token: string;
  /** For a browser. */
  cookies: Cookie[];
}

/** An access token lasts for 15 minutes: what is handed out lasts for as long as a test. */
const FRESH_MS = 10 * 60_000;

/**
 * The sessions of a worker's server. To check a password costs time by design, so a person signs in
 * once on each device and is still signed in there in the next test.
 */
export class Sessions {
  private readonly known = new Map<string, { session: Session; at: number }>();

  constructor(
    private readonly browser: Browser,
    private readonly url: string,
  ) {}

  /** A person's session on a device, which no other device has. */
  async of(person: Person, device: string): Promise<Session> {
    const key = `${person} on ${device}`;
    const known = this.known.get(key);
    if (known && Date.now() - known.at < FRESH_MS && (await this.holds(known.session))) return known.session;
    const session = await this.signIn(PEOPLE[person]);
    this.known.set(key, { session, at: Date.now() });
    return session;
  }

  /** By a browser, of which the session keeps the name. */
  async signIn(email: string): Promise<Session> {
    const context = await this.browser.newContext({ baseURL: this.url });
    const data = { email, password: PASSWORD };
    const answer = await context.request.post("/api/v1/auth/login", { data });
    expect(answer.status(), await answer.text()).toBe(200);
    const { user, accessToken } = await answer.json();
    const cookies = await context.cookies();
    await context.close();
    return { user, token: accessToken, cookies };
  }

  /** A test may have ended it. */
  private async holds({ token }: Session): Promise<boolean> {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${this.url}/api/v1/me`, { headers }).catch(() => undefined);
    await answer?.body?.cancel();
    return answer?.ok ?? false;
  }
}
