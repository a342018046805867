import { useRef } from 'react'

/** Names for rows that have none of their own, which stay with a row when it moves. */
export function useRowKeys(length: number) {
  const keys = useRef<number[]>([])
  const next = useRef(0)
  while (keys.current.length < length) {
    keys.current.push(next.current)
    next.current += 1
  }
  keys.current.length = length
  return {
    keys: keys.current,
    moved(from: number, to: number) {
      const [key] = keys.current.splice(from, 1)
      if (key !== undefined) keys.current.splice(to, 0, key)
    },
    removed(index: number) {
      keys.current.splice(index, 1)
    },
  }
}
