import { Button, Code, Group, List } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { experimentsQuery } from '../../api/queries'
import { Empty } from '../../components/page-states'
import { ScannedFolders } from '../../components/scanned-folders'

/** There is no instance at all: because there is nothing to make one of, or because nobody has. */
export function NoInstances() {
  const experiments = useQuery(experimentsQuery).data ?? []
  const example = experiments.find((each) => each.error === null)
  const broken = experiments.filter((each) => each.error !== null)
  if (example)
    return (
      <Empty
        title="No instances yet"
        actions={
          <Group gap="xs" justify="center">
            <Button renderRoot={(props) => <Link to="/experiments/new" {...props} />}>New instance</Button>
            <Button
              variant="default"
              renderRoot={(props) => (
                <Link to="/experiments/new" search={{ experiment: example.name }} {...props} />
              )}
            >
              For example: {example.title || example.name}
            </Button>
          </Group>
        }
      >
        An instance is an experiment with a name and a config of its own. Set one up, then start as many runs
        of it as you like.
      </Empty>
    )
  return (
    <Empty
      title="No experiments found"
      actions={<Button renderRoot={(props) => <Link to="/catalogue" {...props} />}>Catalogue</Button>}
    >
      <ScannedFolders />
      {broken.length > 0 && (
        <>
          {broken.length === 1 ? 'One module' : `${broken.length} modules`} could not be used:
          <List size="sm" listStyleType="none" my="xs">
            {broken.slice(0, 5).map((each) => (
              <List.Item key={each.name}>
                <Code>{each.name}</Code> {each.error}
              </List.Item>
            ))}
          </List>
        </>
      )}
    </Empty>
  )
}

/** There are instances, and none matches. */
export function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <Empty title="No match" actions={<Button onClick={onClear}>Clear filters</Button>}>
      There are instances, but none that fits the search and the filters.
    </Empty>
  )
}
