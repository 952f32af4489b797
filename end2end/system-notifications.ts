import type { BrowserContext, Page } from "@playwright/test";

interface Shown {
  title: string;
  body?: string;
  icon?: string;
}

/** What stands in for the system in a page: a browser without a window neither grants nor shows notifications. */
interface Collected {
  shownNotifications: Shown[];
  pressNotification(): void;
}

/** Collects what pages that are opened from now on ask the system to show. */
export async function fakeSystemNotifications(
  pages: Page | BrowserContext,
  permission: NotificationPermission,
): Promise<void> {
  await pages.addInitScript((permission) => {
    const shown: Shown[] = [];
    const pressable: FakeNotification[] = [];
    class FakeNotification extends EventTarget {
      static permission = permission;
      static async requestPermission(): Promise<NotificationPermission> {
        FakeNotification.permission = "granted";
        return FakeNotification.permission;
      }
      onclick: (() => void) | null = null;
      constructor(title: string, options: NotificationOptions = {}) {
        super();
        shown.push({ title, body: options.body, icon: options.icon });
        pressable.push(this);
      }
      close(): void {}
    }
    const pressNotification = () => pressable.pop()?.onclick?.();
    Object.assign(window, { Notification: FakeNotification, shownNotifications: shown, pressNotification });
  }, permission);
}

/** What the page has asked the system to show, oldest first. */
export async function systemNotifications(page: Page): Promise<Shown[]> {
  return page.evaluate(() => (window as unknown as Collected).shownNotifications);
}

/** Presses the newest of them. */
export async function pressSystemNotification(page: Page): Promise<void> {
  await page.evaluate(() => (window as unknown as Collected).pressNotification());
}

/** Nobody looks at the page from now on. Pages without a window all believe that they have the focus. */
export async function lookAway(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.hasFocus = () => false;
    window.dispatchEvent(new Event("blur"));
  });
}
