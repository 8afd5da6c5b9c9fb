import { describe, expect, test } from 'vitest';
import { requireAllowedHost } from '../../../server/platform/upstream/host-rules.ts';
import { UpstreamFailure } from '../../../server/platform/upstream/upstream.ts';

const known = ['dev.azure.com', '*.visualstudio.com', 'app.ardoq.com'];
const require = (host: string, allowed: readonly string[] = []) =>
  requireAllowedHost(host, { known, allowed });

function refusalOf(host: string, allowed: readonly string[] = []): string {
  try {
    require(host, allowed);
  } catch (error) {
    expect(error).toBeInstanceOf(UpstreamFailure);
    expect(error).toMatchObject({ kind: 'host', isAmbiguous: false, status: null });
    return (error as Error).message;
  }
  throw new Error(`${host} was allowed`);
}

describe('[CN7] a known host', () => {
  test.each([
    ['https://dev.azure.com', 'https://dev.azure.com'],
    ['https://dev.azure.com/', 'https://dev.azure.com'],
    ['dev.azure.com', 'https://dev.azure.com'],
    ['HTTPS://DEV.Azure.com', 'https://dev.azure.com'],
    ['https://acme.visualstudio.com', 'https://acme.visualstudio.com'],
    [' https://app.ardoq.com ', 'https://app.ardoq.com'],
  ])('%s may be called', (host, baseUrl) => {
    expect(require(host)).toMatchObject({ baseUrl, isTrusted: false });
  });

  test.each([
    ['http://dev.azure.com'],
    ['https://dev.azure.com:8443'],
    ['https://visualstudio.com'],
    ['https://evilvisualstudio.com'],
    ['https://dev.azure.com.evil.example'],
    ['https://dev.azure.com.'],
    ['https://dev.azure.com@evil.example'],
    ['https://user:secret@dev.azure.com'],
    ['https://dev.azure.com?x=1'],
    ['https://evil.example#dev.azure.com'],
    ['https://127.0.0.1'],
    ['https://[::1]'],
    ['https://0x7f.1'],
    ['https://13.107.42.20'],
    ['ftp://dev.azure.com'],
    ['file:///etc/passwd'],
    ['localhost'],
    [''],
    ['https://'],
  ])('%s is refused', (host) => {
    expect(refusalOf(host)).not.toContain('secret');
  });
});

describe('[CN7] a host that the owner configured', () => {
  test.each([
    ['http://127.0.0.1:8080', '127.0.0.1:8080'],
    ['http://127.0.0.1:8080', '127.0.0.1'],
    ['http://[::1]:8080', '[::1]:8080'],
    ['http://[::1]:8080', '::1'],
    ['https://ado.corp.example', 'ado.corp.example'],
    ['https://ado.corp.example', 'ADO.corp.example:443'],
    ['https://ado.corp.example', 'https://ado.corp.example/'],
    ['http://ado.corp.example', 'ado.corp.example:80'],
    ['https://ado.corp.example/tfs', 'ado.corp.example'],
  ])('%s is trusted through %s', (host, allowed) => {
    expect(require(host, [allowed])).toMatchObject({ baseUrl: host, isTrusted: true });
  });

  test.each([
    ['http://127.0.0.1:8081', '127.0.0.1:8080'],
    ['https://ado.corp.example:8443', 'ado.corp.example:443'],
    ['https://other.corp.example', 'ado.corp.example'],
    ['https://127.0.0.2', '127.0.0.1'],
  ])('%s is not meant by %s', (host, allowed) => {
    refusalOf(host, [allowed]);
  });

  test('a pattern lets hosts through, but trusts none of them', () => {
    expect(require('https://ado.corp.example', ['*.corp.example'])).toMatchObject({ isTrusted: false });
    refusalOf('http://ado.corp.example', ['*.corp.example']);
    refusalOf('https://127.0.0.1', ['*.0.0.1']);
  });
});

test('[CN7] a refusal names the setting that would allow the host', () => {
  expect(refusalOf('https://ado.corp.example')).toContain('SYNCLINE_ALLOWED_UPSTREAM_HOSTS');
  expect(refusalOf('http://dev.azure.com')).toContain('SYNCLINE_ALLOWED_UPSTREAM_HOSTS=dev.azure.com');
});
