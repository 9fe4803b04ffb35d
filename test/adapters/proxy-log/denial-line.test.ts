import { describe, expect, it } from '@jest/globals';
import { parseDenialLine } from '../../../src/adapters/proxy-log/denial-line.js';
import type { Denial } from '../../../src/policy/endpoints/denial.js';

const WEB = 'web.emojivoto.serviceaccount.identity.linkerd.cluster.local';

function read(line: string): Denial {
  const denial = parseDenialLine(line);
  if (!denial.ok) throw new Error(denial.error);
  return denial.value;
}

const line = (tls: string, ip = '10.1.2.3'): string =>
  `[     1.2s]  INFO ThreadId(01) inbound:accept{client.addr=10.1.2.3:5}:server{port=8080}: linkerd_app_inbound::policy::http: Request denied server.group=policy.linkerd.io server.kind=server server.name=voting-grpc route.group= route.kind=default route.name=default client.tls=${tls} client.ip=${ip}`;

const established = (id: string): string =>
  `Some(Established { client_id: Some(ClientId(${id})), negotiated_protocol: None })`;

describe('a denial line in the text format', () => {
  it('names server, route, client and port', () => {
    expect(read(line(established(`Dns("${WEB}")`)))).toEqual({
      event: 'request',
      server: { kind: 'server', name: 'voting-grpc' },
      route: { kind: 'default', name: 'default' },
      tls: { kind: 'established', identity: WEB },
      ip: '10.1.2.3',
      port: 8080,
      pod: undefined,
    });
  });

  it.each([
    ['without TLS', 'None(NoClientHello)', { kind: 'none' }],
    ['on a skipped port', 'None(PortSkipped)', { kind: 'none' }],
    [
      'without a client certificate',
      'Some(Established { client_id: None, negotiated_protocol: None })',
      {
        kind: 'established',
        identity: undefined,
      },
    ],
    ['as older proxies wrap a name', established(`Name("${WEB}")`), { kind: 'established', identity: WEB }],
    [
      'as newer proxies wrap a name',
      established(`Dns(Name(DnsName("${WEB}")))`),
      {
        kind: 'established',
        identity: WEB,
      },
    ],
    [
      'with a SPIFFE id',
      established('Uri(UriId("spiffe://td/x/y"))'),
      {
        kind: 'established',
        identity: 'spiffe://td/x/y',
      },
    ],
    [
      'with a SPIFFE id without quotes',
      established('Uri(spiffe://td/x)'),
      {
        kind: 'established',
        identity: 'spiffe://td/x',
      },
    ],
    [
      'with TLS for somebody else',
      'Some(Passthru { sni: ServerName("example.com") })',
      {
        kind: 'passthru',
        sni: 'example.com',
      },
    ],
  ])('reads a client %s', (_, tls, expected) => {
    expect(read(line(tls)).tls).toEqual(expected);
  });

  it('reads IPv6 addresses', () => {
    expect(read(line('None(NoClientHello)', 'fd00::7')).ip).toBe('fd00::7');
  });

  it('reads a TCP connection of a release before 2.13', () => {
    expect(
      read(
        `[1892678.7s]  INFO ThreadId(01) inbound:server{port=9090}: linkerd_app_inbound::policy::tcp: Connection denied server.group=policy.linkerd.io server.kind=server server.name=prometheus-admin tls=${established(`Name("${WEB}")`)} client=10.2.76.70:52118`,
      ),
    ).toEqual({
      event: 'connection',
      server: { kind: 'server', name: 'prometheus-admin' },
      route: undefined,
      tls: { kind: 'established', identity: WEB },
      ip: '10.2.76.70',
      port: 9090,
      pod: undefined,
    });
  });

  it('reads a default policy of a release before 2.12, on the admin port', () => {
    const { server, port, ip } = read(
      '[ 10.1s]  INFO ThreadId(02) daemon:admin{listen.addr=0.0.0.0:4191}: linkerd_app_inbound::policy::authorize::http: Request denied server=default:cluster-unauthenticated tls=None(NoClientHello) client=127.0.0.1:58456',
    );
    expect({ server, port, ip }).toEqual({
      server: { kind: 'default', name: 'cluster-unauthenticated' },
      port: 4191,
      ip: '127.0.0.1',
    });
  });

  it('knows no port where the line names none', () => {
    const text = line('None(NoClientHello)').replace(':server{port=8080}', '');
    expect(read(text).port).toBeUndefined();
    expect(read(text.replace('INFO', 'INFO server{port=99999}:')).port).toBeUndefined();
  });

  it('reads the pod that kubectl prints, and past colours', () => {
    const text = `[pod/voting-6c7f-x2z/linkerd-proxy] \u001b[2m${line('None(NoClientHello)')}\u001b[0m`;
    expect(read(text)).toMatchObject({ pod: 'voting-6c7f-x2z', ip: '10.1.2.3', port: 8080 });
  });

  it.each([
    ['another line', 'INFO linkerd_proxy: ready', 'no denial'],
    ['nothing', '', 'no denial'],
    ['a client whose TLS is unheard of', line('Maybe(x)'), 'client.tls'],
    ['an identity that is none', line(established('Dns("a b/../c")')), 'client.tls'],
    [
      'an identity that does not end',
      line('Some(Established { client_id: Some(ClientId(Dns("web'),
      'no denial',
    ],
    ['an address that is none', line('None(NoClientHello)', '10.1.2.300'), 'client.ip'],
  ])('refuses %s', (_, text, expected) => {
    const denial = parseDenialLine(text);
    expect(denial.ok ? denial.value : denial.error).toContain(expected);
  });

  it('does not take what a client sent for a field of the proxy', () => {
    const forged = line(established(`Dns("${WEB}")`)).replace(
      'default client.tls',
      'x client.ip=6.6.6.6 client.tls',
    );
    // The first of two is the one that stands.
    expect(read(forged).ip).toBe('6.6.6.6');
    expect(read(line('None(NoClientHello)') + ' client.ip=6.6.6.6').ip).toBe('10.1.2.3');
  });

  it('is done with a hostile line at once', () => {
    const started = performance.now();
    for (const text of ['('.repeat(1e6), ' server='.repeat(2e5), `${line('None')}${'"('.repeat(5e5)}`])
      parseDenialLine(text);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('a denial line in the JSON format', () => {
  const json = (fields: object, spans: object[] = [{ port: 8080, name: 'server' }]): string =>
    JSON.stringify({
      timestamp: '[1.2s]',
      level: 'INFO',
      fields: {
        message: 'Request denied',
        'server.group': 'policy.linkerd.io',
        'server.kind': 'server',
        'server.name': 'web',
        'route.group': 'policy.linkerd.io',
        'route.kind': 'HTTPRoute',
        'route.name': 'items',
        'client.tls': established(`Dns("${WEB}")`),
        'client.ip': '10.1.2.3',
        ...fields,
      },
      target: 'linkerd_app_inbound::policy::http',
      spans: [{ 'client.addr': '10.1.2.3:5', name: 'accept' }, ...spans],
    });

  it('tells the same', () => {
    expect(read(json({}))).toEqual({
      event: 'request',
      server: { kind: 'server', name: 'web' },
      route: { kind: 'HTTPRoute', name: 'items' },
      tls: { kind: 'established', identity: WEB },
      ip: '10.1.2.3',
      port: 8080,
      pod: undefined,
    });
  });

  it('reads a connection, and the port of a listener', () => {
    const text = json({ message: 'Connection denied' }, [{ 'listen.addr': '0.0.0.0:4191', name: 'admin' }]);
    expect(read(text)).toMatchObject({ event: 'connection', port: 4191 });
  });

  it('takes nothing of another type', () => {
    const denial = parseDenialLine(json({ 'client.ip': 7 }, [{ port: '8080' }]));
    expect(denial.ok).toBe(false);
  });
});
