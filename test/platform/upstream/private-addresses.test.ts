import { expect, test } from 'vitest';
import { isPrivateAddress } from '../../../server/platform/upstream/private-addresses.ts';

test.each([
  ['127.0.0.1'],
  ['127.255.255.255'],
  ['0.0.0.0'],
  ['10.0.0.1'],
  ['172.16.0.1'],
  ['172.31.255.255'],
  ['192.168.1.1'],
  ['169.254.169.254'],
  ['100.64.0.1'],
  ['224.0.0.1'],
  ['255.255.255.255'],
  ['::'],
  ['::1'],
  ['[::1]'],
  ['fe80::1'],
  ['fe80::1%eth0'],
  ['fd00::1'],
  ['ff02::1'],
  ['::ffff:127.0.0.1'],
  ['::ffff:10.1.2.3'],
  ['::ffff:7f00:1'],
  ['64:ff9b::127.0.0.1'],
  ['64:ff9b::a9fe:a9fe'],
  ['2002:7f00:1::'],
  ['::127.0.0.1'],
  ['not an address'],
])('[GU9] %s is no address on the internet', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each([
  ['13.107.42.20'],
  ['172.15.255.255'],
  ['172.32.0.1'],
  ['100.128.0.1'],
  ['192.167.1.1'],
  ['2620:1ec:21::20'],
  ['::ffff:13.107.42.20'],
  ['64:ff9b::13.107.42.20'],
])('[GU9] %s is an address on the internet', (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});
