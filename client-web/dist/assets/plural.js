const n=/\B(?=(\d{3})+(?!\d))/g;function o(r,t){return String(r).replace(n,t)}function u(r){return(t,e)=>(e[r.plural(t)]??e.other).replace("#",o(t,r.group))}export{u as c};
