import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { ModalsProvider } from '@mantine/modals'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { askAgain, retry } from '../api/absence'
import { LiveProvider } from '../live/live'
import { cssVariables, theme } from './theme'

const colorScheme = localStorageColorSchemeManager({ key: 'athanor.color-scheme' })

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // Events say when something changed: what is held does not grow old by itself.
      // The server may run on this very machine, whatever the browser says of the network.
      queries: {
        staleTime: 30_000,
        retry,
        refetchInterval: askAgain,
        refetchOnWindowFocus: false,
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}

export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(makeQueryClient)
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorScheme}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={client}>
        <LiveProvider>
          <ModalsProvider labels={{ confirm: 'OK', cancel: 'Keep' }}>{children}</ModalsProvider>
        </LiveProvider>
      </QueryClientProvider>
    </MantineProvider>
  )
}
