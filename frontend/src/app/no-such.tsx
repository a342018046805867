import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Empty } from '../components/page-states'

const toDashboard = <Button renderRoot={(props) => <Link to="/experiments" {...props} />}>Dashboard</Button>

/** The address names an instance that is not there. */
export function NoSuchInstance() {
  return (
    <Empty title="This instance does not exist" actions={toDashboard}>
      It was deleted, and its runs with it; or the address is mistyped.
    </Empty>
  )
}

/** The address names a run that is not there. `wasThere`: this page has shown it. */
export function NoSuchRun({ wasThere = false }: { wasThere?: boolean }) {
  return (
    <Empty title={wasThere ? 'This run was deleted' : 'There is no such run'} actions={toDashboard}>
      {wasThere
        ? 'Its logs, results and metrics went with it.'
        : 'The address may be mistyped, or the run was deleted.'}
    </Empty>
  )
}
