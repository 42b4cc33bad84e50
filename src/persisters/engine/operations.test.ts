import {describe, expect, it} from 'vitest';
import {Operations} from './operations.ts';
import {Status} from './persister-types.ts';

const {Idle, Loading, Saving} = Status;

const recorded = (): {operations: Operations; seen: Status[]} => {
  const seen: Status[] = [];
  return {operations: new Operations(undefined, (status) => seen.push(status)), seen};
};
const nothing = (): Promise<void> => Promise.resolve();

describe('Operations', () => {
  it('show the first load or save that runs or waits, whatever else comes before it', async () => {
    const {operations, seen} = recorded();
    const all = [
      operations.run(Idle, nothing),
      operations.run(Saving, nothing),
      operations.run(Idle, nothing),
      operations.run(Loading, nothing),
    ];
    expect(operations.status).toBe(Saving);
    await Promise.all(all);
    expect(operations.status).toBe(Idle);
    expect(seen).toStrictEqual([Saving, Loading, Idle]);
  });

  it('know which kinds run or wait', async () => {
    const {operations} = recorded();
    const loading = operations.run(Loading, nothing);
    const saving = operations.run(Saving, nothing);
    const both = [Loading, Saving];
    expect(both.map((kind) => operations.has(kind))).toStrictEqual([true, true]);
    await loading;
    expect(both.map((kind) => operations.has(kind))).toStrictEqual([false, true]);
    await saving;
    expect(both.map((kind) => operations.has(kind))).toStrictEqual([false, false]);
  });

  it('are over when they fail, too', async () => {
    const {operations, seen} = recorded();
    await expect(operations.run(Saving, () => Promise.reject(new Error('no')))).rejects.toThrow(
      'no',
    );
    expect(seen).toStrictEqual([Saving, Idle]);
    expect(() =>
      operations.runNow(Loading, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(seen).toStrictEqual([Saving, Idle, Loading, Idle]);
  });

  it('may be done at once', () => {
    const {operations} = recorded();
    const during: Status[] = [];
    operations.runNow(Loading, () => during.push(operations.status));
    expect(during).toStrictEqual([Loading]);
    expect(operations.status).toBe(Idle);
  });

  it('wait for those of others on the same resource, which show in no status here', async () => {
    const resource = {};
    const seen: Status[] = [];
    const [mine, theirs] = [1, 2].map(
      () => new Operations(resource, (status) => seen.push(status)),
    ) as [Operations, Operations];
    const order: string[] = [];
    const all = [
      theirs.run(Saving, () => Promise.resolve(order.push('theirs'))),
      mine.run(Idle, () => Promise.resolve(order.push('mine'))),
    ];
    expect([mine.isIdle, mine.status]).toStrictEqual([false, Idle]);
    await Promise.all(all);
    expect(order).toStrictEqual(['theirs', 'mine']);
  });
});
