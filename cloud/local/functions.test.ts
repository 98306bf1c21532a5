import { sandboxBench } from '@middle/functions/testing/sandbox-bench.ts';
import { testFunctions } from '../conformance/functions.suite.ts';

testFunctions('sandboxed processes', async () => {
  const bench = await sandboxBench();
  return {
    functions: bench.functions,
    received: (app) => Promise.resolve(bench.queueOf(app).sent),
    [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose](),
  };
});
