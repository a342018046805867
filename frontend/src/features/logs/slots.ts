/**
 * Names for the elements of rows. A row keeps its element while it is drawn. While lines rush by, an element that a row
 * leaves is taken by one that comes: changed, not thrown away and built anew, thousands of times a second. Otherwise it
 * goes with its row, and so does what was selected in it.
 */
export class Slots {
  #slots = new Map<number, number>()
  #next = 0

  assign(rows: readonly number[], reuse: boolean): number[] {
    const drawn = new Set(rows)
    const free: number[] = []
    for (const [row, slot] of this.#slots) {
      if (drawn.has(row)) continue
      free.push(slot)
      this.#slots.delete(row)
    }
    return rows.map((row) => {
      const held = this.#slots.get(row)
      if (held !== undefined) return held
      const slot = (reuse ? free.pop() : undefined) ?? this.#next++
      this.#slots.set(row, slot)
      return slot
    })
  }
}
