/** The operations that GraphiQL opens with, one per tab, for new users. */
export const graphiqlExamples = [
  `# Press the play button to run the operation. The book icon on the left opens the documentation.
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
    changeId # undo(changeId: "…") undoes this change
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
  `# The first payload is StreamReady. After that, each change of a task is sent when it happens.
# To see one, run CreateTask in a second browser window. Opening another tab of this page ends the subscription.
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
