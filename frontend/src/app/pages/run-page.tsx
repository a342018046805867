import { Page } from '../../components/page'

export default function RunPage() {
  return <Page title="RunPage">…</Page>
}
