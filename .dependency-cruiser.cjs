/** Direction of imports (each layer may import those to its right only) and no cycles. */
const LAYERS = [
  'cli',
  'app',
  'adapters',
  'admission',
  'rules',
  'policy',
  'algebra',
  'selector',
  'schema',
  'model',
];
const PURE = ['admission', 'rules', 'policy', 'algebra', 'selector', 'schema', 'model'];

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: 'src/cli/main\\.ts$|src/cli/output/page/|\\.d\\.ts$' },
      to: {},
    },
    ...LAYERS.slice(1).map((layer, i) => ({
      name: `${layer}-imports-to-the-right`,
      comment: `${layer} may not import ${LAYERS.slice(0, i + 1).join(', ')}`,
      severity: 'error',
      from: { path: `^src/${layer}/` },
      to: { path: `^src/(${LAYERS.slice(0, i + 1).join('|')})/` },
    })),
    {
      name: 'pure-part-is-pure',
      comment: 'the pure part imports no node module and only ajv and typebox from outside',
      severity: 'error',
      from: { path: `^src/(${PURE.join('|')})/` },
      to: { pathNot: 'node_modules/(ajv|typebox)|^src/' },
    },
    {
      name: 'kubernetes-client-stays-in-its-adapter',
      severity: 'error',
      from: { pathNot: '^src/adapters/kube/' },
      to: { path: '@kubernetes/client-node' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types'] },
  },
};
