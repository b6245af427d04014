package io.duckherder.plan.cut;

import io.duckherder.plan.cut.Relation.Cte;
import io.duckherder.plan.cut.Relation.CteScan;
import io.duckherder.plan.cut.Relation.Named;
import io.duckherder.plan.cut.Scheme.Kind;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * By which column the regions of a query look for the rows of each common table expression: if it
 * is one only, its stage divides them by it, and they need not be brought together once more.
 */
final class CteKeys {
  private final Regions regions;
  private final Map<Cte, Set<Integer>> keys = new IdentityHashMap<>();
  private final Set<Cte> seen = Collections.newSetFromMap(new IdentityHashMap<>());

  private CteKeys(Regions regions) {
    this.regions = regions;
  }

  /** Those of a region and all that it reads. */
  static CteKeys of(Region region, Regions regions) throws NotCuttable {
    CteKeys keys = new CteKeys(regions);
    keys.visit(region);
    return keys;
  }

  /** The position of the column; empty if there is none, or several. */
  List<Integer> of(Cte cte) {
    Set<Integer> found = keys.getOrDefault(cte, Set.of());
    return found.size() == 1 ? List.copyOf(found) : List.of();
  }

  private void visit(Region region) throws NotCuttable {
    for (Region.Cut cut : region.cuts()) {
      visit(cut.producer());
    }
    for (Named leaf : RegionTrees.readLeaves(region)) {
      if (leaf instanceof CteScan scan) {
        if (region.scheme().kind() == Kind.BUCKETS && region.scheme().divided().contains(leaf)) {
          keys.computeIfAbsent(scan.cte, cte -> new HashSet<>())
              .add(leaf.columns.indexOf(region.scheme().key().get(leaf)));
        }
        if (seen.add(scan.cte)) {
          visit(regions.best(scan.cte.body, false));
        }
      }
    }
  }
}
