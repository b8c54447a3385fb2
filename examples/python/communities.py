"""Communities in use: how many routes have each, and from how many peers."""

from archives import arguments, ask, bars, show

options = arguments(__doc__)
# `unnest` and `explode` are one thing with two names.
unfold = "explode" if options.spark else "unnest"
rows = ask(
    options.files,
    ["communities", "peer_asn"],
    f"""
    select community, count(*) as routes, count(distinct peer_asn) as peers
    from (select {unfold}(communities) as community, peer_asn from routes) as unfolded
    group by community order by routes desc, community limit 20
    """,
    options.spark,
)
show(rows)
if options.plot:
    bars(options.plot, [row[0] for row in rows], [row[1] for row in rows], "routes")
