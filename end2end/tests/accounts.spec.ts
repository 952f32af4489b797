import { expect, PASSWORD, PEOPLE, test } from "../fixtures";
import { Frame } from "../pages/frame";
import { LoginPage } from "../pages/login";
import { TimelinePage } from "../pages/timeline";
import { Server } from "../server";
import { Visitor } from "../visitor";

test("a visitor who is not signed in is led to the login, and on to the page that was asked for", async ({ visit, day }) => {
  const visitor = await visit(null);
  await visitor.page.goto(day.path);
  await expect(visitor.page).toHaveURL(/\/login\?next=/);

  const login = new LoginPage(visitor);
  await login.ready();
  await login.logIn(PEOPLE.minji, PASSWORD);
  await expect(visitor.page).toHaveURL(new RegExp(day.date));
  await expect(new TimelinePage(visitor).grid).toBeVisible();
});

test("a login leads only to pages of this site", async ({ visit }) => {
  const visitor = await visit(null);
  const login = new LoginPage(visitor);
  await login.open("//example.com/timeline");
  await login.logIn(PEOPLE.minji, PASSWORD);
  await expect(visitor.page.locator(".dashboard")).toBeVisible();
  expect(new URL(visitor.page.url()).pathname).toBe("/");
});

test("a wrong password is refused in a sentence that has focus, and an unknown address gets the same one", async ({ visit }) => {
  const visitor = await visit(null);
  visitor.tolerate(/\/fn\/log_in/);
  const login = new LoginPage(visitor);
  for (const email of [PEOPLE.minji, "nobody@madang.test"]) {
    await login.open();
    await login.logIn(email, "not-the-password");
    await expect(login.error).toContainText("이메일 또는 비밀번호가 맞지 않습니다.");
    await expect(login.error).toBeFocused();
    await expect(login.email).toHaveValue(email);
  }
});

test("without JavaScript one can still log in, and is told what is wrong", async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false });
  const page = await context.newPage();
  const logIn = async (password: string) => {
    await page.getByLabel("이메일", { exact: true }).fill(PEOPLE.seoyeon);
    await page.getByLabel("비밀번호", { exact: true }).fill(password);
    await page.getByRole("button", { name: "로그인", exact: true }).click();
  };
  await page.goto("/login");
  await logIn("not-the-password");
  await expect(page.getByRole("alert")).toContainText("이메일 또는 비밀번호가 맞지 않습니다.");
  await logIn(PASSWORD);
  await expect(page.locator(".dashboard")).toBeVisible();
  await context.close();
});

test("a device that is lost is signed out from another, and its page goes to the login", async ({ visit }) => {
  const [here, lost] = [await visit("doyun"), await visit("doyun")];
  await lost.goto("/timeline");
  await lost.settled();
  await here.goto("/settings");
  const devices = here.page.locator(".devices li");
  await expect(devices.first()).toContainText(here.t("device_current"));
  await expect(devices.first()).toContainText("Chrome");
  lost.tolerate(/401|\/fn\//);
  await here.page.getByRole("button", { name: here.t("device_sign_out_others") }).click();
  await expect(lost.page).toHaveURL(/\/login/);
  await expect(devices).toHaveCount(1);
  await expect(here.page.getByRole("button", { name: here.t("device_sign_out_others") })).toHaveCount(0);
});

test("ten failures close an account for a while, even for the right password", async ({ browser, engine }) => {
  // A server of its own: the account stays closed for longer than the other tests run.
  const server = await Server.start(engine);
  const context = await browser.newContext({ baseURL: server.url });
  try {
    for (let failures = 0; failures < 10; failures += 1) {
      const data = { email: PEOPLE.doyun, password: `wrong ${failures}` };
      const answer = await context.request.post("/api/v1/auth/login", { data });
      expect(answer.status()).toBe(401);
    }
    const visitor = new Visitor(context, await context.newPage(), "ko");
    visitor.tolerate(/\/fn\/log_in/);
    const login = new LoginPage(visitor);
    await login.open();
    await login.logIn(PEOPLE.doyun, PASSWORD);
    await expect(login.error).toContainText(/시도가 너무 많습니다\. \d+초 뒤에 다시 해 주세요\./);
    visitor.assertNoProblems();
  } finally {
    await context.close();
    await server.stop();
  }
});

test("logging out ends the session in every tab of the browser", async ({ visit }) => {
  const visitor = await visit("minji");
  visitor.tolerate(/\/fn\//);
  await visitor.goto("/timeline");
  const other = await visitor.context.newPage();
  await other.goto("/my-reservations");
  await expect(other.getByRole("heading", { level: 1 })).toBeVisible();

  await new Frame(visitor).logOut();
  await expect(visitor.page).toHaveURL(/\/login$/);
  await expect(other).toHaveURL(/\/login/);

  await visitor.page.goBack();
  await expect(visitor.page).toHaveURL(/\/login/);
  expect((await visitor.context.request.get("/api/v1/me")).status()).toBe(401);
});
