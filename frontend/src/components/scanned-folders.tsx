import { Code, List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { workersQuery } from '../api/queries'

/** Where the live workers look for experiments, and what decides it. */
export function ScannedFolders() {
  const workers = useQuery(workersQuery)
  const places = new Set(
    workers.data?.flatMap((worker) => worker.folders.map((folder) => `${worker.host}:${folder}`)),
  )
  if (workers.data?.length === 0)
    return (
      <Text>
        No worker is there to look for any: <Code>athanor worker</Code> starts one. It looks into installed
        packages and the folders that <Code>ATHANOR_EXPERIMENTS</Code> names.
      </Text>
    )
  return (
    <>
      <Text>
        Workers look for functions with <Code>@experiment</Code> in installed packages and in the folders that{' '}
        <Code>ATHANOR_EXPERIMENTS</Code> names:
      </Text>
      <List size="sm" listStyleType="none" my="xs" aria-label="Scanned folders">
        {[...places].map((place) => (
          <List.Item key={place}>
            <Code>{place}</Code>
          </List.Item>
        ))}
      </List>
      <Text>Save a module there: what is found shows up here within seconds.</Text>
    </>
  )
}
