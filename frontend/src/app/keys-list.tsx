import { Kbd, Modal, Table } from '@mantine/core'
import { useReturnFocus } from '../components/focus'

/** Every key there is: each is bound where its page is. */
export const KEYS: [keys: string[], does: string][] = [
  [['Ctrl K'], 'Go to any instance, run or page, or do something (⌘ K on a Mac)'],
  [['/'], 'Search what is on view'],
  [['n'], 'New instance (dashboard)'],
  [['r'], 'Start run (instance)'],
  [['g', 'd'], 'Dashboard'],
  [['g', 'c'], 'Catalogue'],
  [['g', 'w'], 'Workers'],
  [['Ctrl Enter'], 'Create and run (new instance)'],
  [['Ctrl F'], 'Search the log (run)'],
  [['F3'], 'Next hit; with Shift the one before (run)'],
  [['f'], 'Follow the log, or stop (run)'],
  [['w'], 'Wrap long lines (run)'],
  [['c'], 'Copy the value of the row (results, as a tree)'],
  [['p'], 'Copy the path of the row (results, as a tree)'],
  [['Esc'], 'Close what is open'],
  [['?'], 'This list'],
]

export function KeysList({ onClose }: { onClose: () => void }) {
  useReturnFocus()
  return (
    <Modal opened onClose={onClose} title="Keys">
      <Table>
        <Table.Tbody>
          {KEYS.map(([keys, does]) => (
            <Table.Tr key={does}>
              <Table.Td w={120}>
                {keys.map((key, index) => (
                  <span key={key}>
                    {index > 0 && ' then '}
                    <Kbd size="xs">{key}</Kbd>
                  </span>
                ))}
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  )
}
