import { findPython } from '../../../local/emulator/python.ts';

type Answers = Record<string, { version: [number, number]; venv: boolean }>;
const asked = (answers: Answers) => async (name: string) => answers[name];

test('the first that is new enough is taken', async () => {
  const answers: Answers = { python3: { version: [3, 9], venv: true }, 'python3.12': { version: [3, 12], venv: true } };
  expect(await findPython(asked(answers))).toEqual({ python: 'python3.12' });
});
test('one that cannot make environments is passed over', async () => {
  const answers: Answers = {
    python3: { version: [3, 13], venv: false },
    'python3.11': { version: [3, 11], venv: true },
  };
  expect(await findPython(asked(answers))).toEqual({ python: 'python3.11' });
});
test('no Python at all says what to install', async () => {
  expect(await findPython(asked({}))).toMatchObject({
    problem: { code: 'PYTHON_MISSING', hint: expect.stringContaining('apt install') },
  });
});
test('only an old Python is none', async () => {
  const answers: Answers = { python3: { version: [3, 9], venv: true }, python: { version: [2, 7], venv: true } };
  expect(await findPython(asked(answers))).toMatchObject({ problem: { code: 'PYTHON_MISSING' } });
});
test('a Python without venv names the package that is missing', async () => {
  const answers: Answers = { python3: { version: [3, 11], venv: false } };
  expect(await findPython(asked(answers))).toMatchObject({
    problem: { code: 'PYTHON_VENV_MISSING', hint: expect.stringContaining('python3.11-venv') },
  });
});
