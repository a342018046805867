// A compressed copy beside every file of the built page, once, so that the server compresses nothing.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const assets = join(import.meta.dirname, '../../backend/athanor/server/static/page/assets')
for (const name of readdirSync(assets, { recursive: true })) {
  if (/\.(js|css|svg)$/.test(name)) {
    const file = join(assets, name)
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }))
  }
}
