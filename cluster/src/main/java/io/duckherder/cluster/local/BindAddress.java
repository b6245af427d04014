package io.duckherder.cluster.local;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The address that a server binds, as the operator gave it. */
public final class BindAddress {
  private BindAddress() {}

  /** Fails if others than this machine could reach the address and nothing keeps them out. */
  public static void requireTokenUnlessLoopback(String host, boolean hasToken) {
    if (!hasToken && !address(host).isLoopbackAddress()) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot bind %s without a token: others could reach it; give a --token-file (openssl rand -hex 32 > FILE makes one), or bind 127.0.0.1"
              .formatted(host));
    }
  }

  /** The host name by which clients reach a server that is bound to an address. */
  public static String reachable(String host) {
    if (!address(host).isAnyLocalAddress()) {
      return host;
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "127.0.0.1";
    }
  }

  private static InetAddress address(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new DuckherderException(
          StandardErrorCode.INVALID_OPTION,
          "Cannot bind \"%s\": no such host; give --host an address of this machine"
              .formatted(host),
          e);
    }
  }
}
