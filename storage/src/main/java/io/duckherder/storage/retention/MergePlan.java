package io.duckherder.storage.retention;

import io.duckherder.storage.SnapshotContent.Piece;
import io.duckherder.storage.manifest.Layer;
import io.duckherder.storage.manifest.LayerIndex;
import io.duckherder.storage.manifest.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Says which layers are merged. Layers between two kept snapshots can be, as nobody asks for what
 * lies between:
 *
 * <pre>
 *   layers     1  2  3  4  5  6
 *   kept             *        *        groups (1 2 3) (4 5 6)
 * </pre>
 *
 * <p>Within a group, starting from its end, a layer joins those behind it if it is at most twice as
 * big as they are together, so that a byte is copied a few times at most however often layers are
 * merged; or if half of it is superseded by them. So the first layer, which is as big as the
 * database, stays until half of it is old.
 */
final class MergePlan {
  private MergePlan() {}

  /** The runs of two or more layers to merge into one each. */
  static List<List<Layer>> runs(Manifest manifest, Function<Layer, LayerIndex> indices) {
    Set<Long> kept = manifest.snapshots().stream().map(s -> s.number()).collect(Collectors.toSet());
    List<List<Layer>> runs = new ArrayList<>();
    List<Layer> group = new ArrayList<>();
    for (Layer layer : manifest.layers()) {
      group.add(layer);
      if (kept.contains(layer.snapshot())) {
        List<Layer> run = run(group, indices);
        if (run.size() > 1) {
          runs.add(run);
        }
        group.clear();
      }
    }
    return runs;
  }

  private static List<Layer> run(List<Layer> group, Function<Layer, LayerIndex> indices) {
    int first = group.size() - 1;
    if (first == 0) {
      return List.copyOf(group);
    }
    long bytes = group.get(first).bytes();
    MergedIndex behind = new MergedIndex();
    behind.putBefore(indices.apply(group.get(first)));
    while (first > 0) {
      Layer next = group.get(first - 1);
      LayerIndex index = indices.apply(next);
      long superseded = behind.superseded(index).stream().mapToLong(Piece::length).sum();
      if (next.bytes() > 2 * bytes && superseded * 2 < next.bytes()) {
        break;
      }
      bytes += next.bytes();
      behind.putBefore(index);
      first--;
    }
    return List.copyOf(group.subList(first, group.size()));
  }
}
