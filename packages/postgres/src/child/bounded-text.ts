const HEAD_CHARACTERS = 16_384;
const TAIL_CHARACTERS = 16_384;

/** Keeps the beginning and the end of a text of any length: the first error and the last word are there. */
export class BoundedText {
  #head = '';
  #tail = '';
  #isCut = false;

  add(text: string): void {
    const room = HEAD_CHARACTERS - this.#head.length;
    this.#head += text.slice(0, Math.max(room, 0));
    const rest = text.slice(Math.max(room, 0));
    if (rest === '') return;
    this.#tail += rest;
    if (this.#tail.length <= TAIL_CHARACTERS) return;
    this.#tail = this.#tail.slice(-TAIL_CHARACTERS);
    this.#isCut = true;
  }

  toString(): string {
    return this.#isCut ? `${this.#head}\n[…]\n${this.#tail}` : this.#head + this.#tail;
  }
}
