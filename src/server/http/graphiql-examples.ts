/** The operations that GraphiQL opens with, each in a tab, for somebody who is here for the first time. */
export const graphiqlExamples = [
  `# Press the play button to run the operation. The book on the left holds the documentation.
query Me {
  me {
    user { name email }
    tenant { name }
    role
  }
}
`,
  `mutation CreateTask {
  createTask(input: { title: "Buy milk", due: { date: "2030-01-01" } }) {
    changeId # undo(changeId: "…") takes it back
    task { id title due { date } }
  }
}
`,
  `query ListTasks {
  tasks(first: 10, orderBy: { field: CREATED, direction: DESC }) {
    nodes { id title status due { date at } }
    totalCount
  }
}
`,
  `# The answer is first StreamReady, then each change of a task as it happens.
# Run CreateTask in a second browser window to see one: opening another tab of this page ends the subscription.
subscription WatchTasks {
  taskChanged {
    __typename
    ... on TaskChanged {
      kind
      task { id title status }
    }
  }
}
`,
] as const;
