import { one, present, type RawSearch } from '../../routing/search'

/** `name`: the entry that is open. */
export function parseCatalogueSearch(raw: RawSearch): { name?: string } {
  return present({ name: one(raw.name) })
}
