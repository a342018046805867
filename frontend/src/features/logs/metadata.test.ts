import { expect, test } from 'vitest'
import { metadataPreview, ownMetadata } from './metadata'

test('metadata is previewed in a line, without what the row says anyway', () => {
  expect(ownMetadata({ source: 'stdout', stream: 'pipe' })).toBeNull()
  expect(ownMetadata(null)).toBeNull()
  const metadata = { source: 'logging', step: 3, list: [1], none: null, big: 2n ** 60n, empty: {} }
  expect(metadataPreview(metadata)).toBe('step=3 list=[…] none=null big=1152921504606846976 empty={}')
  expect(metadataPreview({ text: 'x'.repeat(500) }).length).toBeLessThan(130)
})
