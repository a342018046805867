import { Badge, Group, Select, Text } from '@mantine/core'
import type { Experiment } from '../../api/types'

interface Props {
  experiments: Experiment[]
  value: string | undefined
  onChange: (name: string) => void
}

/** Finds an experiment by title, name, description or tag; broken ones are there and cannot be chosen. */
export function ExperimentPicker({ experiments, value, onChange }: Props) {
  const byName = new Map(experiments.map((each) => [each.name, each]))
  return (
    <Select
      id="experiment"
      label="Experiment"
      withAsterisk={false}
      placeholder="Choose an experiment"
      searchable
      allowDeselect={false}
      nothingFoundMessage="No experiment matches"
      maxDropdownHeight={420}
      data={experiments.map((each) => ({
        value: each.name,
        label: each.title || each.name,
        disabled: each.error !== null,
      }))}
      value={value ?? null}
      onChange={(name) => name !== null && onChange(name)}
      filter={({ options, search }) => {
        const words = search.toLowerCase().split(/\s+/).filter(Boolean)
        return options.filter((option) => {
          const each = 'value' in option ? byName.get(String(option.value)) : undefined
          const text = each ? searchedText(each) : ''
          return words.every((word) => text.includes(word))
        })
      }}
      renderOption={({ option }) => {
        const each = byName.get(String(option.value))
        return each ? <Option experiment={each} /> : option.label
      }}
    />
  )
}

function searchedText(each: Experiment): string {
  return [each.title, each.name, each.description, ...each.tags].join(' ').toLowerCase()
}

function Option({ experiment }: { experiment: Experiment }) {
  return (
    <div>
      <Group gap="xs">
        <Text size="sm" fw={500}>
          {experiment.title || experiment.name}
        </Text>
        {experiment.title && experiment.title !== experiment.name && (
          <Text size="xs" c="dimmed" ff="monospace">
            {experiment.name}
          </Text>
        )}
        {experiment.tags.map((tag) => (
          <Badge key={tag} size="xs" variant="default">
            {tag}
          </Badge>
        ))}
      </Group>
      <Text size="xs" c="dimmed" lineClamp={2}>
        {experiment.error === null ? experiment.description : `Cannot be used: ${experiment.error}`}
      </Text>
    </div>
  )
}
