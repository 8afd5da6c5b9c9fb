/** Draws secrets of every kind that is masked, none of which was ever valid. */
import fc from 'fast-check';

const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function drawn(characters: string, minLength: number, maxLength = minLength): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters.split('')), minLength, maxLength });
}

function prefixed(
  prefix: string,
  characters: string,
  minLength: number,
  maxLength?: number,
): fc.Arbitrary<string> {
  return drawn(characters, minLength, maxLength).map((rest) => prefix + rest);
}

const hex = '0123456789abcdef';
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const token = `${alphanumeric}_-`;

/** Known by their own shape, wherever they stand. */
export const shaped: Record<string, fc.Arbitrary<string>> = {
  'AWS key': prefixed('AKIA', upper, 16),
  'AWS session key': prefixed('ASIA', upper, 16),
  'GitHub token': prefixed('ghp_', alphanumeric, 36),
  'GitHub server token': prefixed('ghs_', alphanumeric, 36),
  'GitHub fine-grained token': prefixed('github_pat_', `${alphanumeric}_`, 40, 82),
  'GitLab token': prefixed('glpat-', token, 20, 40),
  'Anthropic key': prefixed('sk-ant-api03-', token, 30, 95),
  'OpenAI project key': prefixed('sk-proj-', token, 30, 120),
  'OpenAI key': prefixed('sk-', alphanumeric, 48),
  'Stripe key': prefixed('sk_live_', alphanumeric, 24, 99),
  'Slack token': prefixed('xoxb-', `${alphanumeric}-`, 40, 60),
  'Google key': prefixed('AIza', token, 35),
  'Google access token': prefixed('ya29.', token, 60, 160),
  'npm token': prefixed('npm_', alphanumeric, 36),
  'PyPI token': prefixed('pypi-AgEIcHlwaS5vcmc', token, 60, 120),
  'Hugging Face token': prefixed('hf_', alphanumeric, 34),
  'DigitalOcean token': prefixed('dop_v1_', hex, 64),
  'Databricks token': prefixed('dapi', hex, 32),
  'SendGrid key': fc.tuple(drawn(token, 22), drawn(token, 43)).map(([id, key]) => `SG.${id}.${key}`),
  'Vault token': prefixed('hvs.', token, 30, 90),
  'Docker token': prefixed('dckr_pat_', token, 27),
  JWT: fc
    .tuple(drawn(token, 20, 60), drawn(token, 20, 200), drawn(token, 20, 90))
    .map(([head, body, signature]) => `eyJ${head}.eyJ${body}.${signature}`),
};

export const privateKey = drawn(`${alphanumeric}+/=\n`, 200, 1500).map(
  (body) => `-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----`,
);

/** Known by what stands around them: the text, and the secret in it. */
export const introduced: Record<string, fc.Arbitrary<{ text: string; secret: string }>> = {
  'password in an address': around(
    drawn(alphanumeric, 6, 30),
    (secret) => `postgres://ada:${secret}@db.local:5432/atlas`,
  ),
  'bearer token': around(drawn(token, 20, 60), (secret) => `Authorization: Bearer ${secret}`),
  'basic login': around(drawn(alphanumeric, 20, 60), (secret) => `"Authorization": "Basic ${secret}"`),
  variable: around(drawn(alphanumeric, 8, 40), (secret) => `DB_PASSWORD=${secret}`),
  'exported variable': around(drawn(alphanumeric, 8, 40), (secret) => `export MY_API_KEY="${secret}"`),
  'AWS secret key': around(drawn(`${alphanumeric}/+`, 40), (secret) => `aws_secret_access_key = A1${secret}`),
  'JSON key': around(drawn(alphanumeric, 8, 40), (secret) => `{"clientSecret": "${secret}"}`),
  'escaped JSON key': around(drawn(alphanumeric, 8, 40), (secret) => `{\\"apiKey\\":\\"${secret}\\"}`),
  option: around(drawn(alphanumeric, 8, 40), (secret) => `login --token ${secret}9`),
  'login of curl': around(drawn(alphanumeric, 8, 40), (secret) => `curl -u ada:${secret} https://x.example`),
  parameter: around(
    drawn(alphanumeric, 20, 40),
    (secret) => `https://x.example/?a=1&access_token=${secret}&b=2`,
  ),
  'Azure key': around(drawn(`${alphanumeric}+/`, 86), (secret) => `AccountName=a;AccountKey=${secret}==;`),
  'Slack address': around(
    drawn(alphanumeric, 24),
    (secret) => `https://hooks.slack.com/services/T00000000/B00000000/${secret}`,
  ),
};

function around(secrets: fc.Arbitrary<string>, toText: (secret: string) => string) {
  return secrets.map((secret) => ({ text: toText(secret), secret }));
}
