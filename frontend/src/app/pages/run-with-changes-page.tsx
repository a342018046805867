import { Page } from '../../components/page'

export default function RunWithChangesPage() {
  return <Page title="RunWithChangesPage">…</Page>
}
