import { Code } from '@mantine/core'
import { Fragment } from 'react'

/** Words of an experiment's author: what stands in `backticks` is code, as in a docstring. */
export function Prose({ text }: { text: string }) {
  return text.split(/(`[^`]+`)/).map((part, place) => {
    const key = `${place} ${part}`
    return part.length > 2 && part.startsWith('`') && part.endsWith('`') ? (
      <Code key={key}>{part.replaceAll('`', '')}</Code>
    ) : (
      <Fragment key={key}>{part}</Fragment>
    )
  })
}
