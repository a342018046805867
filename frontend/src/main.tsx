import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './app/base.css'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Providers } from './app/providers'
import { loadEveryPage, router } from './app/router'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
createRoot(root).render(
  <StrictMode>
    <Providers>
      <RouterProvider router={router} />
    </Providers>
  </StrictMode>,
)

addEventListener('load', () => setTimeout(loadEveryPage, 1_000), { once: true })
