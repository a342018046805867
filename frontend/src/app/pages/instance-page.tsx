import { Page } from '../../components/page'

export default function InstancePage() {
  return <Page title="InstancePage">…</Page>
}
