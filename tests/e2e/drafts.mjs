// What a person sees of a draft on the create page.

export const nameOf = (page) => page.getByRole('textbox', { name: 'Fabric name' })
export const treeId = (page) => page.getByText(/^[0-9a-f]{40}$/).first()
export const commit = (page) => page.getByRole('button', { name: /^Commit \d+ files? to \S+@main$/ })
export const isCompared = (page) => page.getByText('Compared with the branch at').waitFor()
export const isRecorded = (page, name) => page.getByRole('heading', { name: `${name} is recorded` }).waitFor()
