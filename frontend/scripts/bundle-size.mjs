// What a browser loads before the first page shows, after gzip, against its limits. Form and chart come later, when needed.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const LIMITS_KB = { '.js': 250, '.css': 45 }
/** Each address with everything it loads, also what it imports when it is open: the run page opens with a tab. */
const run = 'src/app/pages/run-page.tsx'
const FIRST_LOADS = {
  dashboard: ['src/app/pages/dashboard-page.tsx'],
  instance: ['src/app/pages/instance-page.tsx'],
  'run, logs': [run, 'src/features/logs/logs-tab.tsx'],
  'run, results': [run, 'src/features/results/results-tab.tsx'],
  new: ['src/app/pages/new-instance-page.tsx'],
  catalogue: ['src/app/pages/catalogue-page.tsx'],
  workers: ['src/app/pages/workers-page.tsx'],
}

const page = join(import.meta.dirname, '../../backend/athanor/server/static/page')
if (!existsSync(join(page, 'manifest.json'))) {
  console.error('The page is not built: make setup')
  process.exit(1)
}
const manifest = JSON.parse(readFileSync(join(page, 'manifest.json'), 'utf8'))

function loaded(name, files = new Set(), seen = new Set()) {
  if (seen.has(name)) return files
  seen.add(name)
  const chunk = manifest[name]
  files.add(chunk.file)
  for (const style of chunk.css ?? []) files.add(style)
  for (const imported of chunk.imports ?? []) loaded(imported, files, seen)
  return files
}

const sizeKb = (file) => gzipSync(readFileSync(join(page, file)), { level: 9 }).length / 1000
let fits = true
for (const [name, entries] of Object.entries(FIRST_LOADS)) {
  const files = new Set(['index.html', ...entries].flatMap((entry) => [...loaded(entry)]))
  for (const [kind, limit] of Object.entries(LIMITS_KB)) {
    const size = [...files].filter((file) => file.endsWith(kind)).reduce((sum, file) => sum + sizeKb(file), 0)
    const verdict = size <= limit ? '' : '  TOO MUCH'
    fits &&= size <= limit
    console.log(
      `first load ${name.padEnd(14)} ${kind.padEnd(4)} ${size.toFixed(1).padStart(6)} kB of ${limit}${verdict}`,
    )
  }
}
process.exit(fits ? 0 : 1)
