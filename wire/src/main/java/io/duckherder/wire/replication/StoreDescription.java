package io.duckherder.wire.replication;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.OptionalLong;

/**
 * Where the driver keeps the snapshots of a managed database and its replicas. A worker that sees
 * these very folders uses them; any other asks for the bytes.
 *
 * @param host what tells the driver's host from others
 * @param store the folder of the snapshots
 * @param replicas the folder of the replicas
 * @param replicaSpace most bytes of all replicas there; absent for no limit
 */
public record StoreDescription(
    @JsonProperty("host") String host,
    @JsonProperty("store") Folder store,
    @JsonProperty("replicas") Folder replicas,
    @JsonProperty("replicaSpace") OptionalLong replicaSpace) {

  /**
   * A folder.
   *
   * @param path absolute
   * @param key device and number of its entry in the file system
   */
  public record Folder(@JsonProperty("path") String path, @JsonProperty("key") String key) {}
}
