import { Page } from '../../components/page'

export default function EditInstancePage() {
  return <Page title="EditInstancePage">…</Page>
}
