let made = 0;

/** Of one length: none is the beginning of another one. */
const next = () => String((made += 1)).padStart(4, "0");

/** A text that no other test of this server writes. */
export const unique = (text: string) => `${text} ${process.pid}-${next()}`;

/** The same as one word, for what is searched by a part of it. */
export const uniqueWord = (word: string) => `${word}${process.pid}호${next()}`;
