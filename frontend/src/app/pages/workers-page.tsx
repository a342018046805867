import { Page } from '../../components/page'

export default function WorkersPage() {
  return <Page title="WorkersPage">…</Page>
}
