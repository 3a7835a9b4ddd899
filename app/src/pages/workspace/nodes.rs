//! The servers of this installation: which there are, and whether each keeps up.

use crate::{
    components::Time,
    domain::{Node, Timestamp},
    ui::html,
};
use leptos::prelude::*;

pub fn nodes_section(nodes: Vec<Node>, now: Timestamp) -> AnyView {
    html! {
        <section class="card section section-wide nodes" aria-labelledby="nodes-title">
            <div class="head">
                <div>
                    <h3 class="section-title" id="nodes-title">"Nodes"</h3>
                    <p class="section-hint">"The servers that share this data. A node that is behind answers verification requests with 503 until it has caught up."</p>
                </div>
            </div>
            <table class="table">
                <caption class="visually-hidden">"The nodes by name"</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">"Lag"</th>
                        <th scope="col">"Version"</th>
                        <th scope="col">"Address"</th>
                        <th scope="col">"Started"</th>
                        <th scope="col">"Last seen"</th>
                    </tr>
                </thead>
                <tbody>{nodes.into_iter().map(|node| row(node, now)).collect_view()}</tbody>
            </table>
        </section>
    }
}

fn row(node: Node, now: Timestamp) -> AnyView {
    let (state, lag) = (node.state(now), node.lag());
    html! {
        <tr>
            <th scope="row">{node.name}{node.is_this.then(|| html! { <span class="you">" (this one)"</span> })}</th>
            <td data-label="State"><span class="status" data-status=state>{state}</span></td>
            <td data-label="Lag" class="number">{lag}</td>
            <td data-label="Version">{node.version}</td>
            <td data-label="Address"><code>{node.address}</code></td>
            <td data-label="Started"><Time at=node.started_at /></td>
            <td data-label="Last seen"><Time at=node.seen_at /></td>
        </tr>
    }
}
