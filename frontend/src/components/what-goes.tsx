import { Text } from '@mantine/core'
import { sizeWords } from './size-words'

/** In a question before a deletion: what else is gone then. */
export function WhatGoes({ sizes }: { sizes: Parameters<typeof sizeWords>[0] }) {
  const words = sizeWords(sizes)
  return (
    <Text size="sm">
      {words === '' ? (
        'There are no runs that go with it.'
      ) : (
        <>
          This goes for good: <strong>{words}</strong>.
        </>
      )}
    </Text>
  )
}
