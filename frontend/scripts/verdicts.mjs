// The page's verdicts on configs, for the tests that compare them with the server's. Reads `{schema, defaults, config}`
// as JSON lines; writes for each `{sent, faults}`: the config as the page would send it, and what it finds wrong with it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { build } from 'vite'

const folder = mkdtempSync(join(tmpdir(), 'athanor-verdicts-'))
try {
  await build({
    configFile: false,
    logLevel: 'error',
    root: join(import.meta.dirname, '..'),
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      minify: false,
      rollupOptions: {
        input: {
          json: join(import.meta.dirname, '../src/api/json.ts'),
          verdict: join(import.meta.dirname, '../src/features/config/verdict/verdict.ts'),
        },
        output: { entryFileNames: '[name].mjs' },
      },
    },
  })
  const { formatJson, parseJson } = await import(pathToFileURL(join(folder, 'json.mjs')).href)
  const { faultsOf } = await import(pathToFileURL(join(folder, 'verdict.mjs')).href)
  for await (const line of createInterface({ input: process.stdin })) {
    const { schema, defaults, config } = parseJson(line)
    const answer = { sent: formatJson(config), faults: faultsOf(schema, defaults, config) }
    process.stdout.write(`${JSON.stringify(answer)}\n`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
