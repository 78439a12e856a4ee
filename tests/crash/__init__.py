"""The product killed everywhere, thousands of times: nothing lost, nothing sent twice."""
