package io.duckherder.storage.manifest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.duckherder.storage.SnapshotSummary;
import io.duckherder.storage.StorageErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The table of contents of a store. What it does not name does not exist: an object becomes part of
 * the store, and ceases to be, when a manifest takes the place of the one before.
 *
 * @param formatVersion of the manifest and of the layers' indices
 * @param database the id that the database was given when its store was made, a UUID
 * @param file the identifier that DuckDB wrote into the database file, hex
 * @param blockBytes bytes of a block, 0 before the first snapshot
 * @param snapshots the kept ones, oldest first
 * @param layers oldest first; the first one has every block
 */
public record Manifest(
    @JsonProperty("formatVersion") int formatVersion,
    @JsonProperty("database") String database,
    @JsonProperty("file") String file,
    @JsonProperty("blockBytes") int blockBytes,
    @JsonProperty("snapshots") List<SnapshotSummary> snapshots,
    @JsonProperty("layers") List<Layer> layers) {
  /** What this code writes, and the newest that it reads. */
  public static final int FORMAT_VERSION = 1;

  public Manifest {
    snapshots = List.copyOf(snapshots);
    layers = List.copyOf(layers);
  }

  /** Of a database that has no snapshot yet. */
  public static Manifest empty(String database) {
    return new Manifest(FORMAT_VERSION, database, "", 0, List.of(), List.of());
  }

  public Optional<SnapshotSummary> newest() {
    return snapshots.isEmpty()
        ? Optional.empty()
        : Optional.of(snapshots.get(snapshots.size() - 1));
  }

  public Optional<SnapshotSummary> find(long number) {
    return snapshots.stream().filter(s -> s.number() == number).findFirst();
  }

  /** The snapshot of that number; fails if it is not kept. */
  public SnapshotSummary snapshot(long number) {
    return find(number)
        .orElseThrow(
            () ->
                StorageErrors.notFound(
                    "No snapshot "
                        + number
                        + " of database "
                        + database
                        + ": "
                        + newest()
                            .map(
                                n ->
                                    "the kept ones are between "
                                        + snapshots.get(0).number()
                                        + " and "
                                        + n.number())
                            .orElse("none is kept")));
  }

  /** The layers that make a kept snapshot. */
  public List<Layer> layersOf(long number) {
    snapshot(number);
    return layers.stream().filter(layer -> layer.snapshot() <= number).toList();
  }

  public Manifest withSnapshots(List<SnapshotSummary> kept) {
    return new Manifest(formatVersion, database, file, blockBytes, kept, layers);
  }

  public Manifest withLayers(List<Layer> other) {
    return new Manifest(formatVersion, database, file, blockBytes, snapshots, other);
  }

  /** With another snapshot at the end, and the layer that it takes. */
  public Manifest with(SnapshotSummary snapshot, Layer layer) {
    List<SnapshotSummary> kept = new ArrayList<>(snapshots);
    kept.add(snapshot);
    List<Layer> chain = new ArrayList<>(layers);
    chain.add(layer);
    return new Manifest(formatVersion, database, file, blockBytes, kept, chain);
  }

  /** Of a certain database file. */
  public Manifest withFile(String identifier, int bytesOfBlock) {
    return new Manifest(formatVersion, database, identifier, bytesOfBlock, snapshots, layers);
  }
}
