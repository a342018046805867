import react from '@vitejs/plugin-react'

import { defineConfig } from 'vitest/config'

const server = process.env.ATHANOR_URL ?? 'http://127.0.0.1:4000'

/** In development the page comes from another port: the API server must see its own address as the origin. */
const proxied = {
  target: server,
  changeOrigin: true,
  ws: true,
  headers: { origin: server },
}

export default defineConfig({
  plugins: [react()],
  server: { host: '127.0.0.1', port: 5173, strictPort: true, proxy: { '/api': proxied } },
  build: {
    outDir: '../backend/athanor/server/static/page',
    assetsDir: 'assets/built',
    emptyOutDir: true,
    target: 'es2022',
    manifest: 'manifest.json',
    chunkSizeWarningLimit: 1000,
  },
  test: {
    restoreMocks: true,
    projects: [
      { extends: true, test: { name: 'pure', environment: 'node', include: ['src/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'components',
          environment: 'jsdom',
          include: ['src/**/*.test.tsx'],
          setupFiles: ['src/testing/setup.ts'],
        },
      },
    ],
  },
})
