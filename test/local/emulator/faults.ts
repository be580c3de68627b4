/** A stack that meets each fault of the emulator that is patched. */
export const faultsTemplate = {
  Resources: {
    Store: { Type: 'AWS::CloudFront::KeyValueStore', Properties: { Name: 'faults' } },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'faults',
        VersioningConfiguration: { Status: 'Enabled' },
        NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      },
    },
    OnlyByTls: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Bucket' },
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:*',
              Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] },
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    },
    Role: role('lambda', [
      {
        Effect: 'Allow',
        Action: 's3:PutObject',
        Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/*']] },
      },
      {
        Effect: 'Allow',
        Action: 'cloudfront-keyvaluestore:DescribeKeyValueStore',
        Resource: { 'Fn::GetAtt': ['Store', 'Arn'] },
      },
      {
        Effect: 'Allow',
        Action: 'cloudformation:DescribeChangeSet',
        Resource: '*',
        Condition: { StringLike: { 'cloudformation:ChangeSetName': 'plan-*' } },
      },
      {
        Effect: 'Allow',
        Action: 'states:SendTaskSuccess',
        Resource: 'arn:aws:states:us-east-1:000000000000:stateMachine:faults-park',
      },
    ]),
    MachineRole: role('states', [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }]),
    // Tells with whose credentials it runs.
    Who: lambda(
      'faults-who',
      `exports.handler = async () => ({
      accessKeyId: process.env.AWS_ACCESS_KEY_ID,
      secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY,
      sessionToken: process.env.AWS_SESSION_TOKEN,
    })`,
    ),
    // Writes down what it got, one line each, and fails when asked to.
    Note: lambda(
      'faults-note',
      `exports.handler = async (event) => {
      const name = event.note ?? event.detail.note ?? 'uploaded';
      require('node:fs').appendFileSync(require('node:os').tmpdir() + '/' + name, JSON.stringify(event) + '\\n');
      if (event.fails || event.detail?.fails) throw new Error('it fails');
    }`,
    ),
    ParkMachine: machine('faults-park', { token: '$$.Task.Token', note: '$.note' }, { TimeoutSeconds: 60 }),
    FailMachine: machine('faults-fail', { note: '$.note', fails: '$.fails' }, { TimeoutSeconds: 1, Retry: [] }),
    Uploaded: rule({ source: ['aws.s3'], detail: { bucket: { name: ['faults'] } } }),
    Told: rule({ source: ['faults'] }),
  },
};

function role(service: string, statements: object[]) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' }],
      },
      Policies: [{ PolicyName: 'faults', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
  };
}

function lambda(name: string, code: string) {
  return {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
      Code: { ZipFile: code },
    },
  };
}

function machine(name: string, payload: Record<string, string>, task: object) {
  const parameters = Object.entries(payload).map(([key, path]) => [`${key}.$`, path]);
  return {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      StateMachineName: name,
      RoleArn: { 'Fn::GetAtt': ['MachineRole', 'Arn'] },
      Definition: {
        StartAt: 'Task',
        States: {
          Task: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
            Parameters: { FunctionName: 'faults-note', Payload: Object.fromEntries(parameters) },
            Retry: [{ ErrorEquals: ['Again'], IntervalSeconds: 1, MaxAttempts: 1 }],
            ...task,
            End: true,
          },
        },
      },
    },
  };
}

function rule(pattern: object) {
  return {
    Type: 'AWS::Events::Rule',
    Properties: { EventPattern: pattern, Targets: [{ Id: 'note', Arn: { 'Fn::GetAtt': ['Note', 'Arn'] } }] },
  };
}
