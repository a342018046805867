import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Page } from '../components/page'
import { Empty } from '../components/page-states'

export function NotFoundPage() {
  return (
    <Page title="Not found">
      <Empty
        title="There is no such page"
        actions={
          <Button component={Link} to="/experiments">
            Dashboard
          </Button>
        }
      >
        The address may be mistyped, or what it showed was deleted.
      </Empty>
    </Page>
  )
}
