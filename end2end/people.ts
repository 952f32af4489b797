/** The people of the demo. */
export const PEOPLE = {
  admin: "admin@madang.test",
  minji: "minji@madang.test",
  junho: "junho@madang.test",
  seoyeon: "seoyeon@madang.test",
  doyun: "doyun@madang.test",
} as const;
export const PASSWORD = "madang-demo";

export type Person = keyof typeof PEOPLE;
